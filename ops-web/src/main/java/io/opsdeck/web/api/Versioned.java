package io.opsdeck.web.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A handler of something that has versions: reading it answers an ETag, changing it takes If-Match. A change calls {@link
 * EntityTags#check} first; of those with If-Match, one at a time is run for an address.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Versioned {}
