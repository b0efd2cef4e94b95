using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>One delivery: what became of it on stderr, what was sent on stdout.</summary>
internal sealed class DeliveriesShow : ServerVerb
{
    private readonly Argument<string> _guid = new("ID") { Description = "the delivery's id, as `towpath deliveries list` and GitHub show it" };

    public DeliveriesShow()
        : base("show", "a delivery with what was sent") => Arguments.Add(_guid);

    public override IReadOnlyList<string> Examples => ["towpath deliveries show 72d3162e-cc78-11e3-81ab-4c9367dc0958"];

    public override string JsonValue => "delivery {guid, event, action, state, note, …}, repository, payload (as text), is_whole";

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var answer = await api.GetAsync($"github/deliveries/{Escape(call.Get(_guid))}", ApiJson.Default.DeliveryDetail, cancellationToken);
        if (!answer.Is(out var detail, out var failure)) return call.Fail(failure);
        call.Terminal.Hint($"{DeliveryText.What(detail.Delivery)} of {detail.Repository ?? "no repository"}: {DeliveryText.State(detail.Delivery.State)}{(detail.Delivery.Note is { } note ? $", {note}" : "")}");
        if (!detail.IsWhole) call.Terminal.Hint("it is very long: only its beginning follows");
        return call.Done(detail, ApiJson.Default.DeliveryDetail, output => output.WriteLine(Terminal.CleanLines(detail.Payload)));
    }
}
