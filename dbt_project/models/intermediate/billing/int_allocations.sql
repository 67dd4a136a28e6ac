{{ union_senders('allocations', recorded_on='allocated_on') }}
