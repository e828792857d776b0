package org.millwright.planted;

import com.azure.core.credential.TokenCredential;

/** Nobody but the adapter of Azure's vaults knows Azure's SDK. */
class PlantedAzure {
    TokenCredential credential;
}
