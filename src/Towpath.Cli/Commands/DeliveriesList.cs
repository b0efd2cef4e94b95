using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Engine.Storage;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>GitHub's deliveries as they were kept.</summary>
internal sealed class DeliveriesList : ServerVerb
{
    private static readonly string[] States = ["all", "pending", "trouble"];

    private readonly Option<string> _state = Parameters.Text("--state", "STATE", "all, pending, or trouble: not understood, or handling it failed (default all)");
    private readonly Option<int> _limit = new("--limit") { Description = "how many (default 20)", HelpName = "NUMBER", DefaultValueFactory = _ => 20 };

    public DeliveriesList()
        : base("list", "webhook deliveries from GitHub, newest first")
    {
        Options.Insert(0, _state);
        Options.Insert(1, _limit);
        _state.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !States.Contains(text, StringComparer.Ordinal)) result.AddError($"--state is one of {string.Join(", ", States)}, not '{text}'");
        });
        _limit.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && (!int.TryParse(text, out var limit) || limit is < 1 or > 200)) result.AddError($"--limit is a number from 1 to 200, not '{text}'");
        });
    }

    public override IReadOnlyList<string> Examples => ["towpath deliveries list", "towpath deliveries list --state trouble"];

    public override string JsonValue => "deliveries: guid, event, action, repository_id, installation_id, received_at, state, note, handled_at, length";

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var path = $"github/deliveries?limit={call.Get(_limit)}&state={Escape(call.Get(_state) ?? "all")}";
        var answer = await api.GetAsync(path, ApiJson.Default.DeliveryList, cancellationToken);
        return answer.Is(out var list, out var failure)
            ? call.Done(list, ApiJson.Default.DeliveryList, output => Write(call, output, list))
            : call.Fail(failure);
    }

    private static void Write(Call call, TextWriter output, DeliveryList list)
    {
        if (list.Deliveries.Count == 0) call.Terminal.Hint("there is none");
        if (list.Deliveries.Count == 0) return;
        var table = new Table("ID", "EVENT", "STATE", "WHEN", "WHY");
        foreach (var d in list.Deliveries)
            table.Add(
                (d.Guid.ToString(), null), (DeliveryText.What(d), null), (DeliveryText.State(d.State), DeliveryFilter.Trouble.Contains(d.State) ? call.Terminal.Paint.Red : null),
                (Ages.Of(d.ReceivedAt, call.Time.GetUtcNow()), null), (d.Note ?? "", null));
        table.Write(output, call.Terminal.Paint);
    }
}

internal static class DeliveryText
{
    public static string What(DeliveryView delivery) => delivery.Action is { } action ? $"{delivery.Event} {action}" : delivery.Event;

    public static string State(DeliveryState state) => state switch
    {
        DeliveryState.Pending => "pending",
        DeliveryState.Handled => "handled",
        DeliveryState.Ignored => "ignored",
        DeliveryState.NotUnderstood => "not understood",
        DeliveryState.Failed => "failed",
    };
}
