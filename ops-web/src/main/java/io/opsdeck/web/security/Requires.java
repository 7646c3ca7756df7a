package io.opsdeck.web.security;

import io.opsdeck.core.security.Permission;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The permission that a handler asks for. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Requires {

    Permission value();

    /** Whether it may be used by somebody who still has to set up two-step sign-in. */
    boolean beforeSecondStep() default false;
}
