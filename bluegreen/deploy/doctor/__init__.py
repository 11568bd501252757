"""doctor: gather the facts, have them judged, and mend what can be mended."""
