"""What a campaign's team does: plan, map, notes, review; one file each."""
