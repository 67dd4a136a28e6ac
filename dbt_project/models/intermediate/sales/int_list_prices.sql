{{ union_senders('list_prices') }}
