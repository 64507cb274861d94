"""City plans the wishes are reported against, and the organisations and boards behind them.

Names of boards change, so they are dated data with predecessors. A link between a wish and a plan
item carries its basis (official or officers' reading) and source. Verbs: `load_plans`.
"""
