using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Extensions;

namespace Towpath.GitHubEmulator.Calling;

/// <summary>Lists in numbered pages, with the <c>Link</c> header. Source: GitHub, "Using pagination in the REST API".</summary>
public static class Paging
{
    public static Answer Page<T>(this Call call, IReadOnlyList<T> all, Func<T, JsonNode> view, int usual = 30)
    {
        var (items, link) = Slice(call, all, usual);
        return Answer.Ok(Json.Array(items.Select(view))) with { Headers = link };
    }

    /// <summary>A list inside an object, with how many there are in all.</summary>
    public static Answer Page<T>(this Call call, string member, IReadOnlyList<T> all, Func<T, JsonNode> view, int usual = 30)
    {
        var (items, link) = Slice(call, all, usual);
        return Answer.Ok(new JsonObject { ["total_count"] = all.Count, [member] = Json.Array(items.Select(view)) }) with { Headers = link };
    }

    public static int Size(this Call call, int usual = 30) => int.TryParse(call.Query("per_page"), out var size) && size > 0 ? Math.Min(size, 100) : usual;

    public static (IReadOnlyList<T> Items, IReadOnlyList<(string Name, string Value)> Link) Slice<T>(Call call, IReadOnlyList<T> all, int usual = 30)
    {
        var size = call.Size(usual);
        var page = int.TryParse(call.Query("page"), out var number) && number > 0 ? number : 1;
        var last = Math.Max(1, (all.Count + size - 1) / size);
        var items = all.Skip((page - 1) * size).Take(size).ToList();
        if (last == 1 && page == 1) return (items, []);
        var links = new List<string>();
        if (page > 1) links.Add(Link(call, Math.Min(page - 1, last), "prev"));
        if (page < last) links.AddRange([Link(call, page + 1, "next"), Link(call, last, "last")]);
        if (page > 1) links.Add(Link(call, 1, "first"));
        return (items, [("Link", string.Join(", ", links))]);
    }

    private static string Link(Call call, int page, string relation) => $"<{Address(call, "page", page.ToString())}>; rel=\"{relation}\"";

    /// <summary>The call's own address with another value of one parameter.</summary>
    public static string Address(Call call, string parameter, string value)
    {
        var query = new QueryBuilder(call.Http.Request.Query.Where(q => q.Key != parameter).SelectMany(q => q.Value, (q, v) => KeyValuePair.Create(q.Key, v ?? "")))
        {
            { parameter, value },
        };
        return new StringBuilder(call.World.Urls.Root).Append(call.Http.Request.Path.Value).Append(query.ToString()).ToString();
    }
}
