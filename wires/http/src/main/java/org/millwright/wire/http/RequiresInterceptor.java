package org.millwright.wire.http;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import org.millwright.access.Authority;
import org.millwright.access.Permission;

/** Checks the permission of a bean's method, or of its class, before each call from outside. */
@Interceptor
@Requires(Permission.WORKSPACE_READ)
@Priority(Interceptor.Priority.PLATFORM_BEFORE)
public class RequiresInterceptor {
    @Inject
    CurrentCaller caller;

    @AroundInvoke
    Object check(InvocationContext call) throws Exception {
        var onMethod = call.getMethod().getAnnotation(Requires.class);
        var required = onMethod != null
                ? onMethod
                : call.getMethod().getDeclaringClass().getAnnotation(Requires.class);
        if (required == null) {
            return call.proceed();
        }
        var before = caller.enter(required);
        try {
            return call.proceed();
        } finally {
            Authority.leave(before);
        }
    }
}
