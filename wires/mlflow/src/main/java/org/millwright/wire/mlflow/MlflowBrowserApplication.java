package org.millwright.wire.mlflow;

import jakarta.ws.rs.ApplicationPath;

/** The same where MLflow's own pages look for it. */
@ApplicationPath("ajax-api")
public class MlflowBrowserApplication extends MlflowApplication {}
