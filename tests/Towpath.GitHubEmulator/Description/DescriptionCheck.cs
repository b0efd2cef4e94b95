using System.Collections.Concurrent;
using System.Text.Json;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Description;

/// <summary>
/// Checks every call that succeeds, and every answer, against GitHub's description. A call that is refused may be wrong: that is why it is refused.
/// Prism as a proxy agrees, but takes most of a minute to read this description and a tenth of a second for a call, so tests do not go through it.
/// </summary>
public sealed class DescriptionCheck(OpenApiDescription description)
{
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly ConcurrentDictionary<string, int> _checked = new(StringComparer.Ordinal);
    private readonly SchemaCheck _schemas = new(description);

    /// <summary>What was found wrong so far.</summary>
    public IReadOnlyList<string> Problems => [.. _problems];

    /// <summary>How often each operation was checked, by route and status.</summary>
    public IReadOnlyDictionary<string, int> Checked => new SortedDictionary<string, int>(_checked, StringComparer.Ordinal);

    /// <summary>What is wrong with a text under a schema of the description.</summary>
    public static IReadOnlyList<string> ProblemsOf(OpenApiDescription description, JsonElement schema, string json)
    {
        using var value = JsonDocument.Parse(json);
        return new SchemaCheck(description).Check(schema, value.RootElement, "answer");
    }

    internal void Check(Call call, Answer answer)
    {
        if (call.Route is not { } route) return;
        if (description.Operation(route.Name) is not { } operation)
        {
            // Pages for browsers and the token service are not part of the API.
            if (route.Need.Kind != NeedKind.Nothing) _problems.Enqueue($"{route.Name} is not in the description");
            return;
        }

        _checked.AddOrUpdate($"{route.Name} {answer.Status}", 1, static (_, count) => count + 1);
        var wrong = AnswerProblems(operation, answer);
        if (answer.Status < 300) wrong = [.. wrong, .. QueryProblems(operation, call), .. BodyProblems(operation, call)];
        foreach (var problem in wrong) _problems.Enqueue($"{route.Name} {answer.Status} {problem}");
    }

    private IEnumerable<string> AnswerProblems(JsonElement operation, Answer answer)
    {
        var responses = operation.GetProperty("responses");
        if (!responses.TryGetProperty(answer.Status.ToString(), out var response))
            // Everything may be refused or fail, described or not.
            return answer.Status < 400 && answer.Status != 301 && answer.Status != 307 ? ["status is not described"] : [];
        response = description.Resolve(response);
        if (answer.Text is not null) return [];
        if (!response.TryGetProperty("content", out var content) || !content.EnumerateObject().Any()) return answer.Body is null || answer.Status >= 400 ? [] : ["has a body, and none is described"];
        if (!content.TryGetProperty("application/json", out var json) || !json.TryGetProperty("schema", out var schema)) return [];
        if (answer.Body is null) return ["has no body, and one is described"];
        return _schemas.Check(schema, JsonSerializer.SerializeToElement(answer.Body), "answer");
    }

    private IEnumerable<string> QueryProblems(JsonElement operation, Call call)
    {
        var known = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (operation.TryGetProperty("parameters", out var parameters))
            foreach (var parameter in parameters.EnumerateArray().Select(description.Resolve))
                if (parameter.GetProperty("in").GetString() == "query") known[parameter.GetProperty("name").GetString()!] = parameter;
        foreach (var (name, value) in call.Http.Request.Query)
        {
            if (!known.TryGetValue(name, out var parameter)) yield return $"query {name} is not described";
            // The description says date-time, its words and GitHub's documentation a range of them in the search syntax.
            else if (!(name == "created" && value.ToString().StartsWith(">=", StringComparison.Ordinal)))
                foreach (var problem in _schemas.Check(parameter.GetProperty("schema"), ValueOf(description.Resolve(parameter.GetProperty("schema")), value.ToString()), $"query {name}"))
                    yield return problem;
        }
    }

    private static JsonElement ValueOf(JsonElement schema, string text)
    {
        var type = schema.TryGetProperty("type", out var named) ? named.GetString() : "string";
        if (type == "integer" && long.TryParse(text, out var number)) return JsonSerializer.SerializeToElement(number);
        if (type == "boolean" && bool.TryParse(text, out var flag)) return JsonSerializer.SerializeToElement(flag);
        return JsonSerializer.SerializeToElement(text);
    }

    private IEnumerable<string> BodyProblems(JsonElement operation, Call call)
    {
        var described = operation.TryGetProperty("requestBody", out var body);
        if (call.Body.Length == 0) return described && description.Resolve(body) is var needed && needed.TryGetProperty("required", out var required) && required.GetBoolean() ? ["needs a body"] : [];
        if (!described) return ["has a body, and none is described"];
        if (!description.Resolve(body).GetProperty("content").TryGetProperty("application/json", out var json)) return [];
        using var sent = JsonDocument.Parse(call.Body);
        var schema = description.Resolve(json.GetProperty("schema"));
        return [.. _schemas.Check(schema, sent.RootElement, "body"), .. Unknown(schema, sent.RootElement)];
    }

    /// <summary>A member that GitHub would silently pass over is a mistake of the caller.</summary>
    private static IEnumerable<string> Unknown(JsonElement schema, JsonElement sent)
    {
        if (sent.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var properties) || schema.TryGetProperty("oneOf", out _) || schema.TryGetProperty("anyOf", out _)) return [];
        return sent.EnumerateObject().Where(m => !properties.TryGetProperty(m.Name, out _)).Select(m => $"body: {m.Name} is not described");
    }
}
