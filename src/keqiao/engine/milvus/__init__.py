"""The index in Milvus: sparse vectors of our own tokens with BM25 weights of ours, dense vectors by model.

Nothing here is imported unless an address of Milvus is set; ``pymilvus`` comes with the extra ``milvus``.
"""
