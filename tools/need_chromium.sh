#!/usr/bin/env bash
# Is there a Chromium for the browser tests? Says what to install when there is none.
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
  [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
echo "No Chromium found. Install one (Debian: apt install chromium), or name it in CHROMIUM."
exit 1
