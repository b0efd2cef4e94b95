namespace Towpath.GitHubEmulator;

/// <summary>The addresses that answers carry.</summary>
public sealed class Urls(EmulatorOptions options)
{
    /// <summary>Known once the emulator listens; without a slash at its end.</summary>
    public string Root { get; internal set; } = "http://127.0.0.1";

    public string ApiRoot => Root + options.ApiPrefix;

    public string Api(string path) => $"{ApiRoot}/{path}";

    public string Web(string path) => $"{Root}/{path}";
}
