package org.millwright.wire.http;

import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.millwright.access.Permission;

/**
 * The permission that an operation needs, in the workspace that the request is about. On a resource method of a wire it is
 * checked by the wire's {@link PermissionFilter}; on a view bean of the portal by {@link RequiresInterceptor}.
 */
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Requires {
    @Nonbinding
    Permission value();

    @Nonbinding
    Extent on() default Extent.WORKSPACE;
}
