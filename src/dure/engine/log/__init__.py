"""The transparency log: entry encoding, Merkle tree, tiles, signed notes, checkpoints, proofs.

Pure: bytes in, bytes out. Salts, keys and times are made by the caller and passed in.
"""
