package org.millwright.wire.mlflow;

import jakarta.ws.rs.ApplicationPath;

/** MLflow's REST API where its clients look for it: {@code /api/2.0/mlflow/...} and {@code /api/3.0/mlflow/...}. */
@ApplicationPath("api")
public class MlflowClientApplication extends MlflowApplication {}
