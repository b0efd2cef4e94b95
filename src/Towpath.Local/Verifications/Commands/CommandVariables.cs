namespace Towpath.Local.Verifications.Commands;

/// <summary>
/// The clean environment that commands get. Nothing of Towpath's own is in it, and nothing by which a spec could make a program that the
/// operator allows load other code.
/// </summary>
internal static class CommandVariables
{
    private static readonly string[] Reserved =
    [
        "PATH", "HOME", "IFS", "ENV", "BASH_ENV", "SHELLOPTS", "BASHOPTS", "PS4", "PROMPT_COMMAND", "CDPATH", "GLOBIGNORE", "GCONV_PATH", "LOCPATH", "NLSPATH", "TMPDIR",
        "HOSTALIASES", "RES_OPTIONS", "RUBYOPT", "RUBYLIB", "NODE_OPTIONS", "NODE_PATH", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH",
        "EDITOR", "VISUAL", "PAGER", "BROWSER", "CURL_HOME", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF", "AWKPATH", "AWKLIBPATH",
    ];

    private static readonly string[] ReservedPrefixes = ["LD_", "DYLD_", "BASH_FUNC_", "PYTHON", "PERL", "GIT_", "DOTNET_", "CORECLR_", "MALLOC_", "GLIBC_", "LUA_", "PHP_", "npm_"];

    public static bool IsReserved(string name) =>
        name.Length == 0 || name.Contains('=') || name.Any(char.IsControl) || Reserved.Contains(name, StringComparer.Ordinal)
        || ReservedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    public static IReadOnlyDictionary<string, string> For(string home, IReadOnlyDictionary<string, string> given)
    {
        var variables = given.Where(variable => !IsReserved(variable.Key) && !variable.Value.Contains('\0'))
            .ToDictionary(variable => variable.Key, variable => variable.Value, StringComparer.Ordinal);
        variables["PATH"] = "/usr/bin:/bin";
        variables["HOME"] = home;
        return variables;
    }
}
