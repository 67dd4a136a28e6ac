{{ union_senders('time_entries') }}
