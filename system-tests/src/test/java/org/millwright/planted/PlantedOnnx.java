package org.millwright.planted;

import ai.onnxruntime.OrtEnvironment;

/** Nobody but the engine knows ONNX Runtime. */
class PlantedOnnx {
    OrtEnvironment environment;
}
