// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "ui/base/theme.h"

#include <QColor>
#include <QString>
#include <QWidget>

#include <optional>
#include <vector>

class QCPGraph;
class QCPItemLine;
class QCPItemText;
class QCPItemTracer;
class QCustomPlot;
class QHBoxLayout;
class QLabel;
class QMouseEvent;

namespace continuo::ui {

class Appearance;

/// A line of a plot. The colour is a role, so that it follows the theme.
struct PlotCurve
{
    QString name{};
    QColor (*colour)(const Palette&) = nullptr;
    double opacity = 1;
    double width = 1.6;
    std::vector<double> x{}; ///< Rising.
    std::vector<double> y{}; ///< As many; what is no number is a gap.
    bool isTold = true;      ///< Named in the words under the pointer.
    int digits = 3;
};

/// A level to compare with, dashed, with its name at the right end.
struct PlotReference
{
    QString name{};
    double value = 0;
};

/// A point that is ringed and labelled.
struct PlotPoint
{
    double x = 0;
    double y = 0;
    QString words{};
};

/// A small mark on the axis.
struct PlotMark
{
    double x = 0;
    QString words{};
};

/// Curves over steps, in the theme's colours: the wheel and dragging look closer, a double click
/// shows all again, the pointer's step has its values told. GUI thread only.
class CurvePlot final : public QWidget
{
    Q_OBJECT

public:
    CurvePlot(const Appearance& appearance, const QString& title, const QString& unit,
              QWidget* parent = nullptr);
    ~CurvePlot() override;

    /// Another title and unit than it was made with.
    void setTitle(const QString& title, const QString& unit);

    /// Puts a widget between the title and the unit; the plot owns it.
    void addToHeader(QWidget* widget);

    void setCurves(std::vector<PlotCurve> curves);
    void setReferences(std::vector<PlotReference> references);
    void setBest(std::optional<PlotPoint> point);
    void setMarks(std::vector<PlotMark> marks);
    /// A logarithmic value axis; what is not above zero is not drawn.
    void setLogarithmic(bool isLogarithmic);
    void showAll();

    const std::vector<PlotCurve>& curves() const { return m_curves; }
    const std::vector<PlotReference>& references() const { return m_references; }
    const std::optional<PlotPoint>& best() const { return m_best; }
    bool isLogarithmic() const { return m_isLogarithmic; }
    bool isCloser() const { return m_isCloser; } ///< The user has zoomed or moved.
    double lowestShown() const;
    double highestShown() const;

    /// Draws now instead of soon; how long that took is what a benchmark wants to know.
    void redraw();
    /// The values of the curves at a step, a line each.
    QString valuesAt(double x) const;
    /// Where the words beside lines and best point stand since the last redraw, and the place of the
    /// curves behind all of them; pixels of the plot.
    std::vector<QRectF> placesOfWords() const;
    /// The crosshair at a step, or none.
    void pointTo(std::optional<double> x);

    /// The plot as it is on light paper. Errors: file.exists (kind Usage) without `mayReplace`,
    /// plot.not-written.
    Status saveAsPng(const QString& file, bool mayReplace) const;
    Status saveAsSvg(const QString& file, bool mayReplace) const;

Q_SIGNALS:
    /// The pointer is over this step, or has left.
    void pointedAt(std::optional<double> x);

protected:
    void leaveEvent(QEvent* event) override;

private:
    void follow();
    void paint(const Palette& palette);
    void drawData();
    /// Gives the graphs the points that make up their picture in the range and at the width there
    /// are.
    void thin();
    void drawReferences();
    /// Keeps the names of the lines off each other, and the best point's words off the axis.
    void placeWords();
    void fit();
    void hover(QMouseEvent* event);
    template <typename Draw>
    void onPaper(Draw draw) const;

    const Appearance& m_appearance;
    QString m_title;
    QString m_unit;
    QHBoxLayout* m_header;
    QLabel* m_titleLabel;
    QLabel* m_unitLabel;
    QCustomPlot* m_plot;
    std::vector<PlotCurve> m_curves;
    std::vector<QCPGraph*> m_graphs;
    bool m_isThinned = false;
    double m_thinnedFrom = 0;
    double m_thinnedTo = 0;
    int m_thinnedColumns = 0;
    std::vector<PlotReference> m_references;
    std::vector<std::pair<QCPItemLine*, QCPItemText*>> m_referenceItems;
    std::optional<PlotPoint> m_best{};
    QCPItemTracer* m_bestRing;
    QCPItemText* m_bestWords;
    std::vector<PlotMark> m_marks;
    QCPGraph* m_markGraph;
    QCPItemLine* m_cross;
    QCPItemText* m_values;
    bool m_isLogarithmic = false;
    bool m_isCloser = false;
};

} // namespace continuo::ui
