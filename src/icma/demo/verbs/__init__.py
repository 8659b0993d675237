"""The verbs of the tales; each is told through the product's own actions."""

from icma.demo.verbs import community, events, letters, voices

VERBS = {**voices.VERBS, **community.VERBS, **letters.VERBS, **events.VERBS}
