using Towpath.Core.Targets;
using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;

namespace Towpath.Local.Sites;

/// <summary>What <c>target: { kind: local-site, … }</c> says.</summary>
/// <param name="Key">The environment.</param>
/// <param name="Root">As written: absolute, or relative to the first allowed folder.</param>
/// <param name="Port">Where it is served on the loopback address.</param>
/// <param name="Host">The machine, where the spec names one.</param>
public sealed record SiteSettings(EnvironmentKey Key, string Root, int Port, string? Host)
{
    public const string Kind = "local-site";

    public static Rule.Mapping Grammar { get; } = new(
        new Key("root", new Rule.Text(), "The folder that holds the releases: absolute, or relative to the first folder that the operator allows.", Required: true),
        new Key("port", new Rule.Number(1, 65535), "The port on 127.0.0.1 that the site is served on.", Required: true),
        new Key("host", new Rule.Text(Pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$", Expected: "a machine's name"), "The machine that serves it, where there are several."));

    public static SiteSettings Read(EnvironmentKey key, TargetSpec target) => Read(key, target.Settings);

    public string Url => $"http://127.0.0.1:{Port}/";

    public bool IsServedBy(LocalOptions options) =>
        Host is null ? !options.HostRequired : string.Equals(Host, options.HostName, StringComparison.OrdinalIgnoreCase);

    private static SiteSettings Read(EnvironmentKey key, JsonObject settings) => new(
        key, Settings.RequiredText(settings, "root"), checked((int)(Settings.Number(settings, "port") ?? 0)), Settings.Text(settings, "host"));
}
