import os
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]="1"
from datetime import timedelta, date
import pytest
from django.utils import timezone
from django.urls import reverse
from icma.core.day import legal_day
from icma.matters.models import *
from tests.matters.letters_kit import *
from icma.people.models import Address
from icma.matters.actions.officials import *
from icma.matters.actions.incoming import *
from icma.matters.actions.letters import *

@pytest.mark.django_db(transaction=True)
def test_shots(live_server, country, cast, client_as, settings):
    from playwright.sync_api import sync_playwright
    now=timezone.now(); today=legal_day(now)
    Address.objects.create(authority=country.water,purpose="appeal",channel="portal",value="https://numune.invalid/muraciet",limit=1500,attachments=False,source="nümunə",since=date(2024,1,1))
    m=taken(country, now, title="Nümunəkənddə üç həftədir su gəlmir")
    l=drafted(country,cast,now,matter=m, rule="adm.decision", subject="Ərizə (qərar qəbul edilməsi): Nümunəkənddə üç həftədir su gəlmir", body="Aşağıdakı məsələ üzrə qərar qəbul edilməsi üçün Sizə müraciət edirik (Göyçay).\n\nSu üç həftədir gəlmir.\n\nXahiş edirik: suyu verin.")
    d=drafted(country,cast,now,matter=m)
    mark_sent(letter=l,channel="post",on=today-timedelta(days=60),at=now,by=cast.coordinator)
    register(letter=l,number="125/1",on=today-timedelta(days=58),at=now,by=cast.coordinator)
    m2=taken(country,now,"TAKEN002","Yol təmir olunmur")
    l2=drafted(country,cast,now,matter=m2)
    mark_sent(letter=l2,channel="post",on=today-timedelta(days=20),at=now,by=cast.coordinator)
    register(letter=l2,number="77",on=today-timedelta(days=18),at=now,by=cast.coordinator)
    r=record_answer(letter=l2,answer="refusal",came=Came(dated_on=today-timedelta(days=4),received_on=today-timedelta(days=3),number="45",summary="Müraciət rədd edilib.",scan=paper_pdf("Hörmətli Nümunə sakin, cavab mətni",2)),at=now,by=cast.coordinator)
    m3=taken(country,now,"TAKEN003","İşıqlandırma yoxdur")
    l3=sent_(country,cast,now,m3,today)
    code=issue_reply_code(letter=l3,at=now)
    c=client_as("coordinator"); o=client_as("officer"); off=client_as("official")
    M=lambda n,x:reverse(n,args=[x.matter.code,x.code])
    from django.test import Client
    an=Client(); an.post(reverse("reply"),{"code":code})
    shots=[("new",c,reverse("letter_new",args=[m.code])),("draft",c,M("letter",d)),("print",c,M("letter_print",d)),("late",c,M("letter",l)),("answered",c,M("letter",l2)),("in",c,M("letter",r)),("incoming",c,M("letter_incoming",l)),("redact",c,M("letter_redact",r)),("list",Client(),reverse("authority_letters",args=[country.water.code])),("code",Client(),reverse("reply")),("reply",an,reverse("reply_letter",args=[l3.code])),("replyanswer",an,reverse("reply_answer",args=[l3.code])),("sent",c,M("letter_sent",d))]
    with sync_playwright() as p:
        b=p.chromium.launch(executable_path="/usr/bin/chromium",args=["--no-sandbox"])
        for w in (360,1280):
            for name,cl,url in shots:
                ctx=b.new_context(viewport={"width":w,"height":800})
                ctx.add_cookies([{"name":k,"value":v.value,"url":live_server.url} for k,v in cl.cookies.items()])
                pg=ctx.new_page()
                errs=[]
                pg.on("console",lambda msg: errs.append(msg.text) if msg.type=="error" else None)
                pg.goto(live_server.url+url)
                if name=="redact":
                    box=pg.locator("svg[data-page]").first.bounding_box()
                    pg.mouse.move(box["x"]+30,box["y"]+30); pg.mouse.down(); pg.mouse.move(box["x"]+150,box["y"]+70); pg.mouse.up()
                    print(pg.locator("input[name=box-0-left]").input_value(), pg.locator("input[name=box-0-width]").input_value())
                if name=="new":
                    pg.check("input[name=sender][value=community]"); pg.check("input[name=wish][value=decision]"); pg.fill("textarea[name=demand]","Suyun verilməsini"); pg.select_option("select[name=authority]","WATER001")
                    pg.screenshot(path=f"/tmp/C/s_{name}_{w}.png",full_page=True)
                    pg.click("button[value=compose]"); pg.screenshot(path=f"/tmp/C/s_compose_{w}.png",full_page=True)
                else: pg.screenshot(path=f"/tmp/C/s_{name}_{w}.png",full_page=True)
                ov=pg.evaluate("document.documentElement.scrollWidth-innerWidth")
                print(name,w,ov,errs)
                ctx.close()
        b.close()
    cl=client_as("coordinator")
    got=cl.post(M("letter_print",d),{"name":"Nümunə Nümunəzadə Əli qızı\nİkinci Şəxs","address":"Göyçay şəhəri, Nümunə küçəsi 1","with_code":"on","make":"pdf"})
    open("/tmp/C/letter.pdf","wb").write(got.content)

def sent_(country,cast,now,m,today):
    from icma.matters.actions.letters import mark_sent, register
    l=drafted(country,cast,now,matter=m,with_qr=True)
    mark_sent(letter=l,channel="post",on=today-timedelta(days=5),at=now,by=cast.coordinator)
    return register(letter=l,number="88",on=today-timedelta(days=4),at=now,by=cast.coordinator)
