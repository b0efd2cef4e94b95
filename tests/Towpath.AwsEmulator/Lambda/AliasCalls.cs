using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Lambda;

/// <summary>Calls about aliases. A change may name the revision that it is about, and is refused when another came first.</summary>
internal static class AliasCalls
{
    public static JsonObject Create(LambdaCall call)
    {
        var (function, _) = call.Named();
        var alias = new FunctionAlias(call.Input.Text("Name") ?? "", call.Input.Text("FunctionVersion") ?? "") { Description = call.Input.Text("Description") ?? "" };
        if (function.Aliases.ContainsKey(alias.Name))
            throw new AwsFault("ResourceConflictException", $"Alias already exists: {function.Arn}:{alias.Name}", StatusCodes.Status409Conflict);
        function.Qualified(alias.Version);
        LambdaRules.TakeRouting(function, alias, call.Input);
        function.Aliases[alias.Name] = alias;
        return LambdaView.Of(function, alias);
    }

    public static JsonObject Get(LambdaCall call)
    {
        var (function, alias) = Named(call);
        return LambdaView.Of(function, alias);
    }

    public static JsonObject Update(LambdaCall call)
    {
        var (function, alias) = Named(call);
        LambdaRules.CheckRevision(call.Input, alias.RevisionId);
        var changed = new FunctionAlias(alias.Name, call.Input.Text("FunctionVersion") ?? alias.Version) { Description = call.Input.Text("Description") ?? alias.Description };
        foreach (var (version, weight) in alias.Weights) changed.Weights[version] = weight;
        function.Qualified(changed.Version);
        LambdaRules.TakeRouting(function, changed, call.Input);
        function.Aliases[alias.Name] = changed;
        return LambdaView.Of(function, changed);
    }

    public static JsonObject? Delete(LambdaCall call)
    {
        var (function, _) = call.Named();
        function.Aliases.Remove(call.Route.Name!);
        return null;
    }

    public static JsonObject List(LambdaCall call)
    {
        var (function, _) = call.Named();
        var version = call.Query("FunctionVersion");
        return call.Listed("Aliases", function.Aliases.Values.Where(alias => version is null || alias.Version == version).Select(alias => LambdaView.Of(function, alias)));
    }

    private static (Function Function, FunctionAlias Alias) Named(LambdaCall call)
    {
        var (function, _) = call.Named();
        return (function, function.Aliases.GetValueOrDefault(call.Route.Name!)
            ?? throw new AwsFault("ResourceNotFoundException", $"Cannot find alias arn: {function.Arn}:{call.Route.Name}", StatusCodes.Status404NotFound));
    }
}
