/** The version of this package, for headers of generated files; a test holds it against package.json. */
export const VERSION = '0.1.0';
