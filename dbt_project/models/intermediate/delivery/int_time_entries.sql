{{ union_senders('time_entries', recorded_on='worked_on') }}
