using System.Globalization;
using System.Security;
using System.Text;
using Campaign.Workflows.Graph;

namespace Campaign.Workflows.Planning;

/// <summary>The task graph as a picture. Deterministic text, no layout program needed for SVG.</summary>
public static class GraphDrawing
{
    private const int BoxHeight = 18;
    private const int RowStep = 24;
    private const int ColumnGap = 60;
    private const double CharWidth = 6.2;

    private static readonly string[] Fills = ["#dbeafe", "#dcfce7", "#fef9c3", "#fde68a", "#fed7aa", "#fecaca", "#e9d5ff", "#cffafe", "#f5d0fe", "#e5e7eb"];

    /// <summary>Stages in the order of work: by the longest chain of tasks that ends in them.</summary>
    public static IReadOnlyList<string> StagesByDepth(WorkflowGraph graph)
    {
        var depths = new Dictionary<TaskId, int>();
        foreach (TaskSpec t in graph.Tasks)
            depths[t.Id] = 1 + t.DependsOn.Select(d => depths[d]).DefaultIfEmpty(0).Max();
        return [.. graph.Stages.OrderBy(s => graph.Tasks.Where(t => t.Id.Stage == s).Max(t => depths[t.Id]))];
    }

    /// <summary>Graphviz DOT, one cluster per stage.</summary>
    public static string Dot(WorkflowGraph graph)
    {
        var text = new StringBuilder("digraph campaign {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\", fontsize=10];\n");
        foreach (string stage in graph.Stages)
        {
            text.Append("  subgraph \"cluster_").Append(stage).Append("\" {\n    label=\"").Append(stage).Append("\";\n");
            foreach (TaskSpec t in graph.Tasks.Where(t => t.Id.Stage == stage))
                text.Append("    \"").Append(t.Id).Append("\";\n");
            text.Append("  }\n");
        }
        foreach (TaskSpec t in graph.Tasks)
            foreach (TaskId d in t.DependsOn)
                text.Append("  \"").Append(d).Append("\" -> \"").Append(t.Id).Append("\";\n");
        return text.Append("}\n").ToString();
    }

    /// <summary>One column per stage, a box per task, a curve per dependency (those of the report left out: it reads everything).</summary>
    public static string Svg(WorkflowGraph graph)
    {
        IReadOnlyList<string> stages = StagesByDepth(graph);
        var boxes = new Dictionary<TaskId, (double X, double Y, double Width)>();
        double x = 20;
        foreach (string stage in stages)
        {
            TaskSpec[] tasks = [.. graph.Tasks.Where(t => t.Id.Stage == stage)];
            double width = Math.Max(stage.Length + 2, tasks.Max(t => Label(t).Length)) * CharWidth + 12;
            for (int i = 0; i < tasks.Length; i++)
                boxes[tasks[i].Id] = (x, 44 + i * RowStep, width);
            x += width + ColumnGap;
        }
        double height = boxes.Values.Select(b => b.Y).DefaultIfEmpty(0).Max() + RowStep + 12;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{x - ColumnGap + 20:0}\" height=\"{height:0}\" font-family=\"sans-serif\" font-size=\"10\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        foreach (TaskSpec t in graph.Tasks.Where(t => t.Id.Stage != "report"))
            foreach (TaskId d in t.DependsOn)
            {
                var (fx, fy, fw) = boxes[d];
                var (tx, ty, _) = boxes[t.Id];
                double x0 = fx + fw, y0 = fy + BoxHeight / 2.0, y1 = ty + BoxHeight / 2.0, bend = Math.Max(30, (tx - x0) / 2);
                svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{x0:0.#} {y0:0.#} C{x0 + bend:0.#} {y0:0.#} {tx - bend:0.#} {y1:0.#} {tx:0.#} {y1:0.#}\" fill=\"none\" stroke=\"#94a3b8\" stroke-width=\"0.8\"/>\n");
            }
        for (int s = 0; s < stages.Count; s++)
        {
            TaskSpec[] tasks = [.. graph.Tasks.Where(t => t.Id.Stage == stages[s])];
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{boxes[tasks[0].Id].X:0.#}\" y=\"28\" font-size=\"12\" font-weight=\"bold\">{Escape(stages[s])} ({tasks.Length})</text>\n");
            foreach (TaskSpec t in tasks)
            {
                var (bx, by, bw) = boxes[t.Id];
                svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{bx:0.#}\" y=\"{by:0.#}\" width=\"{bw:0.#}\" height=\"{BoxHeight}\" rx=\"3\" fill=\"{Fills[s % Fills.Length]}\" stroke=\"#64748b\" stroke-width=\"0.6\"><title>{Escape(t.Id.Value)}: {Escape(t.Operation)}, {Escape(t.Engine)}, {t.CoreHours:G3} core-hours</title></rect><text x=\"{bx + 6:0.#}\" y=\"{by + 12.5:0.#}\">{Escape(Label(t))}</text>\n");
            }
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static string Label(TaskSpec t) => t.Id.Value[(t.Id.Stage.Length + 1)..];

    private static string Escape(string text) => SecurityElement.Escape(text);
}
