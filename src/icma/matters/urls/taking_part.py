"""Taking part: support, follow, what is needed and who does it."""

from django.urls import path

from icma.matters.views import counted, support, tasks

_M = "m/<str:code>/"
_T = "is/tapsiriq/<str:code>/"

urlpatterns = [
    path(f"{_M}destek/", support.support, name="support"),
    path(f"{_M}destek/geri/", support.support_back, name="support_back"),
    path(f"{_M}tesdiq/", support.support_confirm, name="support_confirm"),
    path(f"{_M}siyahi/", support.support_sheet, name="support_sheet"),
    path(f"{_M}kodlar/", support.paper_codes, name="paper_codes"),
    path(f"{_M}sesle/", support.by_voice, name="by_voice"),
    path(f"{_M}sesle/bitdi/", support.by_voice_end, name="by_voice_end"),
    path(f"{_M}izleyin/", support.follow, name="follow"),
    path(f"{_M}izlemeyin/", support.unfollow, name="unfollow"),
    path("is/sayilma/", counted.counted, name="counted"),
    path("is/tapsiriq/", tasks.tasks, name="tasks"),
    path(f"{_M}is/", tasks.tasks_of, name="tasks"),
    path("m/<str:matter>/is/<str:code>/", tasks.task_take, name="task_take"),
    path(f"{_T}edildi/", tasks.task_done, name="task_done"),
    path(f"{_T}qaytarin/", tasks.task_back, name="task_back"),
    path(f"{_T}lazim-deyil/", tasks.task_drop, name="task_drop"),
]
