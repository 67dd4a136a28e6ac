"""From a sender's exports to the relations `raw_<sender>.<entity>` of the warehouse."""
