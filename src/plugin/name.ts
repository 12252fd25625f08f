// What files are called.

/** The name by which hosts find the executable of a provider in its folder, whatever its version. */
export function executableName(provider: string): string {
  return `terraform-provider-${provider}`
}
