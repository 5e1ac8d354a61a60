import broken.inside
