"""Association (跨镜关联): who is who from camera to camera, by where and when, and by looks if wanted."""
