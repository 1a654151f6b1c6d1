// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include <cstdint>
#include <vector>

namespace continuo::ui {

class Appearance;
struct Palette;

/// Bars over labels. Hovering one tells its number.
class HistogramView final : public QWidget
{
    Q_OBJECT

public:
    struct Bar
    {
        QString label{}; ///< Under it; may be empty.
        QString name{};  ///< When it is hovered.
        std::int64_t count = 0;
    };
    using Role = QColor Palette::*;

    /// `role` is the colour of the bars. `appearance` is borrowed and must outlive the view.
    HistogramView(const Appearance& appearance, const QString& name, Role role,
                  QWidget* parent = nullptr);

    void setBars(std::vector<Bar> bars);
    const std::vector<Bar>& bars() const { return m_bars; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    const Appearance& m_appearance;
    Role m_role;
    std::vector<Bar> m_bars{};
};

} // namespace continuo::ui
