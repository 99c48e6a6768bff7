"""Operations as other tools count them, FLOPs of our own, and rooflines."""
