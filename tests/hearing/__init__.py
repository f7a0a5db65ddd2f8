"""Tests of `assistant.hearing`, and the talkers they need."""
