"""`breather doctor`: what `breather check` looks at, this machine, and whether sound really comes in and goes out."""
