"""Properties are tried as slowly as the machine is: a deadline of 200 ms an example says only that it was busy."""

from hypothesis import HealthCheck, settings

settings.register_profile("icma", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("icma")
