"""Tables that other programs wrote: OpenFace, Py-feat, LibreFace, iMotions with AFFDEX."""
