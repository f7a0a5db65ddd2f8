"""Two virtual rooms, each with a microphone and a loudspeaker, on a machine that need not have a sound card."""
