{{ union_senders('allocations') }}
