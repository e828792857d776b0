package org.millwright.wire.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a resource method of a wire leaves on the audit trail, where that is not what {@link Trail#CHANGE} and
 * {@link Trail#NOTHING} say of its HTTP method. Names in braces stand for parameters of the path or the query; several with
 * {@code |} between for the first that there is, and <code>{?}</code> for the whole query.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Audited {
    Trail value();

    /** Of what is read: {@code file}, {@code endpoint keys}. */
    String kind() default "operation";

    /** What is read or changed, or what it belongs to; when nothing is said, the first parameter of the path. */
    String resource() default "";

    /** A part of that; when nothing is said, the other parameters of the path. */
    String part() default "";
}
