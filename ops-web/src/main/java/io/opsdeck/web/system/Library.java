package io.opsdeck.web.system;

/** A library that the jar is made of, with what its maker says of its licence. */
record Library(String name, String version, String licences) {}
