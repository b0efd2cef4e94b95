using Towpath.Core.Targets;
using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Artifacts;

namespace Towpath.Local.Sites;

/// <summary>What every step of this target is told: one site and one artifact.</summary>
/// <param name="Key">The environment.</param>
/// <param name="Root">The site's folder, absolute, links resolved.</param>
/// <param name="Port">Where it is served.</param>
/// <param name="Reference">Where the artifact's bytes are.</param>
/// <param name="Digest">What they are.</param>
internal sealed record SiteInputs(EnvironmentKey Key, string Root, int Port, string Reference, Digest Digest)
{
    public SiteFolder Folder => new(Root);

    public static SiteInputs Read(JsonObject inputs) => new(
        new EnvironmentKey(Settings.RequiredText(inputs, "application"), Settings.RequiredText(inputs, "environment")),
        Settings.RequiredText(inputs, "root"),
        checked((int)(Settings.Number(inputs, "port") ?? 0)),
        Settings.RequiredText(inputs, "reference"),
        Digest.Parse(Settings.RequiredText(inputs, "digest")));

    public JsonObject ToJson() => new()
    {
        ["application"] = Key.Application,
        ["environment"] = Key.Environment,
        ["root"] = Root,
        ["port"] = Port,
        ["reference"] = Reference,
        ["digest"] = Digest.Value,
    };
}
