"""Where pictures come from (视频源): files, network streams, webcams; stamped with the stream's own time."""
