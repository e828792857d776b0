/** Azure Key Vault as a source of keys. Its SDK is loaded when an operator names a key, and not before. */
@NullMarked
package org.millwright.adapter.keyvault;

import org.jspecify.annotations.NullMarked;
