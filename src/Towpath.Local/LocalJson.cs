using System.Text.Json.Serialization;
using Towpath.Local.Serving;
using Towpath.Local.Sites;

namespace Towpath.Local;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ReleaseManifest))]
[JsonSerializable(typeof(SwitchRecord))]
[JsonSerializable(typeof(SiteStatus))]
internal sealed partial class LocalJson : JsonSerializerContext;
