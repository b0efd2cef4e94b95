using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Tasks;

/// <summary>Client tokens of RunTask: the same token with the same request starts nothing again.</summary>
public sealed class ClientTokens
{
    private readonly Dictionary<string, (JsonObject Request, List<EcsTask> Tasks)> _seen = new(StringComparer.Ordinal);

    internal List<EcsTask> Once(JsonObject request, Func<List<EcsTask>> start)
    {
        if (request.Text("clientToken") is not { } token) return start();
        if (_seen.TryGetValue(token, out var before))
        {
            return JsonNode.DeepEquals(before.Request, request)
                ? before.Tasks
                : throw EcsFaults.Conflict("The specified client token has already been used for a request with different parameters.");
        }
        var tasks = start();
        _seen[token] = ((JsonObject)request.DeepClone(), tasks);
        return tasks;
    }
}
