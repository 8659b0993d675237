"""The verbs of people, places, organisations and authorities, one file a noun. Only here are they written."""
