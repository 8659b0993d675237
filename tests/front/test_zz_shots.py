import os
from datetime import timedelta
import pytest
from django.utils import timezone
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]="1"
from icma.events.actions import *
from icma.matters.actions.tasks import set_task
from icma.people.actions.organisations import tick_step
from icma.people.models import Organisation, Membership, User
from icma.core.day import legal_day
from tests.front.noticing import *
from icma.people.actions.mail import token_of

@pytest.mark.django_db(transaction=True)
def test_shots(country, cast, client_as, live_server, settings):
    from playwright.sync_api import sync_playwright
    now=timezone.now()
    org=country.community
    Organisation.objects.filter(pk=org.pk).update(aims="Göyçayda hər məhəllədə təmiz içməli su olsun.\nGənclər və qadınlar qərarlarda iştirak etsin.", needs="Kürək, əl arabası, su analizi bilən mütəxəssis", offers="Toplantı otağı, printer", topics=["infrastructure","ecology"], public_contact="icma@numune.invalid", mentor=cast.officer)
    org.refresh_from_db()
    m=public_matter(country, now-timedelta(days=20), title="Bazar küçəsində içməli su həftədə cəmi iki gün verilir", stage="pressing")
    m2=public_matter(country, now-timedelta(days=9), code="BBBB0002", title="Məktəbin yanında sürət məhdudlaşdırıcısı quraşdırılsın", stage="taken")
    e=happened(m, now-timedelta(days=1), "answer_came"); happened(m, now-timedelta(days=3),"registered"); happened(m2, now-timedelta(days=2),"taken_up")
    past=plan_event(organisation=org,title="Bulağın təmizlənməsi barədə görüş",starts_at=now-timedelta(days=6),at=now-timedelta(days=9),by=cast.coordinator,where="3 nömrəli məktəb, müəllimlər otağı",matter=m,agenda="1. Suyun vəziyyəti\n2. Kim nə edir")
    hold_event(event=past,counts={("female","18-29"):7,("female","45-59"):5,("male","30-44"):6,("unknown","unknown"):3},minutes="Sakinlər suyun cədvəlini müzakirə etdi.",decisions="Su idarəsinə ərizə yazılsın.\nBulaq şənbə təmizlənsin.",publish=True,tasks=[NewTask("Su nümunəsini laboratoriyaya aparmaq","Aynur",(now+timedelta(days=3)).date())],at=now-timedelta(days=6),by=cast.coordinator)
    set_task(organisation=org,title="Su idarəsinə zəng edib nömrəni öyrənmək",at=now-timedelta(days=9),by=cast.coordinator,until=(now-timedelta(days=2)).date(),who_said="koordinator")
    nxt=plan_event(organisation=org,title="Cavabın müzakirəsi",starts_at=now+timedelta(days=4),at=now,by=cast.coordinator,where="Kitabxana",access=["children","hour","safe"],matter=m)
    due=plan_event(organisation=org,title="Gənclərlə söhbət",starts_at=now-timedelta(days=1),at=now-timedelta(days=2),by=cast.coordinator,where="Klub")
    for s in("place","talks"): tick_step(organisation=org,step=s,on=legal_day(now-timedelta(days=300)),by=cast.coordinator)
    for k in range(2):
        p=follow_without_account(m, now-timedelta(days=12), role="author" if k else "follower", phone="1", hour="10:00–12:00" if k else "")
    pages={"community":("stranger",f"/icmalar/{org.code}/"),"home":("coordinator",f"/is/icma/{org.code}/"),"count":("coordinator",f"/gorus/{due.code}/say/"),"new":("coordinator",f"/is/icma/{org.code}/gorus/"),"open":("coordinator",f"/gorus/{nxt.code}/aciq/"),"event":("coordinator",f"/gorus/{past.code}/"),"event_pub":("stranger",f"/gorus/{past.code}/"),"event_next":("coordinator",f"/gorus/{nxt.code}/"),"minutes":("coordinator",f"/gorus/{due.code}/protokol/"),"invite":("coordinator",f"/gorus/{nxt.code}/devet/"),"feed":("coordinator","/is/lent/"),"tell":("coordinator","/is/demeli/"),"leave":("stranger",f"/mektub-yox/{token_of('x')}/"),"share":("stranger",f"/m/{m.code}/paylasin/{e.pk}/"),"events":("coordinator","/is/gorus/"),"release":("officer",f"/gorus/{past.code}/derc/"),"edit":("coordinator",f"/is/icma/{org.code}/melumat/")}
    want=os.environ.get("SHOTS","").split(",") if os.environ.get("SHOTS") else pages
    with sync_playwright() as p:
        b=p.chromium.launch(executable_path="/usr/bin/chromium",args=["--no-sandbox"])
        for name in want:
            who,url=pages[name]
            for w in (360,1280):
                ctx=b.new_context(viewport={"width":w,"height":760})
                if who!="stranger":
                    c=client_as(who); ctx.add_cookies([{"name":"icma","value":c.cookies["icma"].value,"url":live_server.url}])
                pg=ctx.new_page(); r=pg.goto(live_server.url+url); 
                over=pg.evaluate("document.documentElement.scrollWidth>document.documentElement.clientWidth")
                print(name,w,r.status,"OVERFLOW" if over else "")
                pg.screenshot(path=f"/tmp/e_shots/{name}-{w}.png",full_page=True); ctx.close()
        b.close()
