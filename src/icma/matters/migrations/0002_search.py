"""The full-text index of matters: FTS5 with triggers on SQLite, GIN on PostgreSQL."""

from django.db import migrations

from icma.core.search import install, uninstall


def make(apps, schema_editor):
    install(schema_editor, apps.get_model("matters", "Matter"))


def drop(apps, schema_editor):
    uninstall(schema_editor, apps.get_model("matters", "Matter"))


class Migration(migrations.Migration):
    dependencies = [("matters", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
